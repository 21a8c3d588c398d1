# make run and make test do everything; what each target does stands in resources/packaging/setup.sh.
help:
	@sh resources/packaging/setup.sh help

run setup check test test-long bench screenshots translations lock:
	@sh resources/packaging/setup.sh $@

.PHONY: help run setup check test test-long bench screenshots translations lock
.NOTPARALLEL:
