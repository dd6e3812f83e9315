"""The command line: one module a sub-command, everything heavy imported when it is needed."""
