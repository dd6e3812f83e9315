"""One recipe a method: read it to know what is done; its docstring is the command to type."""
