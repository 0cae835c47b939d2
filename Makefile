# The commands a person needs; each calls a script or a binary.
SHELL := bash
.PHONY: test lint unit setup up down

setup: ## Install what is missing, each step with its time
	@scripts/setup

test: setup ## Everything that continuous integration runs
	@scripts/test

lint: setup ## Format, clippy, borders between crates
	@scripts/lint

unit: setup ## Tests without the bed
	@scripts/test unit

up: setup ## Start the test bed
	@scripts/bed up

down: ## End the test bed and whatever it started
	@scripts/bed down
