# Two commands for people; everything else is `cargo xtask` (see CONTRIBUTING.md).

.PHONY: run test web

# Installs what a build needs, builds, and starts Keylane on embedded SQLite.
run:
	@scripts/setup build
	@$(MAKE) --no-print-directory web
	cargo build --package keylane
	@exec target/debug/keylane serve

# Installs what the tests need as well, then runs every test.
test:
	@scripts/setup test
	@$(MAKE) --no-print-directory web
	cargo xtask ci

# The browser's side, which the binary embeds. Built again when a source is newer.
web: web/dist/manifest.json

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/e2e/*' 2>/dev/null)

web/dist/manifest.json: $(WEB_SOURCES)
	@echo "keylane: building the web part (npm packages go to web/node_modules)"
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run build
