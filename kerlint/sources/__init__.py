"""What can be linted: files, folders and standard input."""
