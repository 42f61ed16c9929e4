module resock/tests/conformance/languages

go 1.18

require (
	github.com/ebitengine/purego v0.10.2 // indirect
	resock/examples/dlopen v0.0.0
)

replace resock/examples/dlopen => ../../../../examples/dlopen/go
