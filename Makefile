# The commands a person needs; each calls a script, and every script says where its logs are.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup demo dev test lint unit it e2e bench web up down

help: ## What there is
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## Install everything that is missing, each step with its time
	@exec scripts/setup

demo: ## Real Kafka, a real Kubernetes API and the console; prints sign-in links; Ctrl-C ends it all
	@exec scripts/demo

dev: ## Rebuild on change against the running bed
	@exec scripts/dev

test: ## Everything that continuous integration runs: lint, unit, integration, end to end
	@exec scripts/test

lint: ## Format, clippy, borders between crates, rules about files
	@scripts/setup run && exec scripts/lint

unit: ## Tests without the bed
	@exec scripts/test unit

it: ## Integration tests on the bed
	@exec scripts/test it

e2e: ## End-to-end tests in a browser; SPEC=name runs those whose file matches
	@exec scripts/e2e $(SPEC)

bench: ## Search beside a raw loop, tails, start-up, memory, patch to page (release build)
	@exec scripts/bench

web: ## The browser's part only, into target/site
	@scripts/setup run && exec scripts/build-web

up: ## Start the test bed and leave it running
	@scripts/setup run && exec scripts/bed up

down: ## End the test bed and whatever it started
	@exec scripts/bed down
