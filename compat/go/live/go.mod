module calotype/compat/live

go 1.19

require (
	github.com/stretchr/testify v1.3.0
	github.com/tencentyun/cos-go-sdk-v5 v0.7.42
)

require (
	github.com/clbanning/mxj v1.8.4 // indirect
	github.com/davecgh/go-spew v1.1.0 // indirect
	github.com/google/go-querystring v1.0.0 // indirect
	github.com/mitchellh/mapstructure v1.4.3 // indirect
	github.com/mozillazg/go-httpheader v0.2.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
)
