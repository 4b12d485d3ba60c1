"""The command line: options, help, completion, and the subcommands."""
