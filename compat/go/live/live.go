// Package live pins the release of the SDK whose own live suite is run. The suite of later releases does not compile:
// it writes ErrorDocument with one field where the SDK has two.
package live

import (
	_ "github.com/stretchr/testify/suite"
	_ "github.com/tencentyun/cos-go-sdk-v5"
)
