"""One module per sub-command: read the inputs, call the stage's function, write the outputs."""
