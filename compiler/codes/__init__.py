"""All the codes that polyskill reports, one module a family."""
