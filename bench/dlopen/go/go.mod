module resock/bench/dlopen

go 1.18

require resock/examples/dlopen v0.0.0

require github.com/ebitengine/purego v0.10.2 // indirect

replace resock/examples/dlopen => ../../../examples/dlopen/go
