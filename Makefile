# Every command is a function of bootstrap.py; `python3 bootstrap.py COMMAND` is the same without make.
PYTHON ?= python3
COMMANDS = setup serve test check bench validate docs lock clean

.PHONY: help $(COMMANDS)
help $(COMMANDS):
	@$(PYTHON) bootstrap.py $@ $(ARGS)
