package compat

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

const livePackage = "github.com/tencentyun/cos-go-sdk-v5/costesting"

var verdict = regexp.MustCompile(`^\s+--- (PASS|FAIL|SKIP): TestCosTestSuite/(\S+)`)

// Test_cos_sdk_12_cos_addr_11_official_live_suite runs the suite that comes with the SDK, unmodified. It speaks to the
// official names: plain requests reach the server through HTTP_PROXY, encrypted ones through a proxy that ends TLS.
func Test_cos_sdk_12_cos_addr_11_official_live_suite(t *testing.T) {
	folder := t.TempDir()
	suite := filepath.Join(folder, "suite")
	build := exec.Command("go", "test", "-c", "-o", suite, livePackage)
	build.Dir = "live"
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))

	proxy, authority := startTLSProxy(t, folder)
	run := exec.Command(suite, "-test.v")
	run.Dir = folder
	run.Env = append(os.Environ(),
		"HTTP_PROXY=http://"+endpoint,
		"HTTPS_PROXY=http://"+proxy,
		"SSL_CERT_FILE="+authority,
	)
	output, err = run.CombinedOutput()
	count := 0
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		found := verdict.FindStringSubmatch(lines.Text())
		if found == nil {
			continue
		}
		count++
		t.Run(found[2], func(t *testing.T) {
			if found[1] != "PASS" {
				t.Fail()
			}
		})
	}
	require.NotZero(t, count, string(output))
	if err != nil {
		t.Fatalf("the suite ended with %v\n%s", err, bytes.ReplaceAll(output, []byte("---"), []byte("...")))
	}
}
