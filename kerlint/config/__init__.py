"""Settings: how config files are read, and what people see of the settings."""
