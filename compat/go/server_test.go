// Package compat runs the official SDK for Go against a live calotype.
//
// `cargo xtask test` starts the server and says where it is in CALOTYPE_ENDPOINT, CALOTYPE_SECRET_ID,
// CALOTYPE_SECRET_KEY and CALOTYPE_APPID. COS_SECRETID and COS_SECRETKEY are the keys of the account that the SDK's own
// live suite is written for.
package compat

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tencentyun/cos-go-sdk-v5"
)

// endpoint is the address and port of the server.
var endpoint = strings.TrimPrefix(os.Getenv("CALOTYPE_ENDPOINT"), "http://")

// viaProxy sends requests for the official host names to the server, as HTTP_PROXY does.
func viaProxy() http.RoundTripper {
	proxy, err := url.Parse("http://" + endpoint)
	if err != nil {
		panic(err)
	}
	return &http.Transport{Proxy: http.ProxyURL(proxy)}
}

// freshBucket makes a bucket for a test; it goes away with everything in it.
func freshBucket(t *testing.T) *cos.Client {
	random := make([]byte, 6)
	_, err := rand.Read(random)
	require.NoError(t, err)
	name := fmt.Sprintf("g%s-%s", hex.EncodeToString(random), os.Getenv("CALOTYPE_APPID"))
	address, err := url.Parse("http://" + name + ".cos.ap-guangzhou.myqcloud.com")
	require.NoError(t, err)
	client := cos.NewClient(&cos.BaseURL{BucketURL: address}, &http.Client{
		Transport: &cos.AuthorizationTransport{
			SecretID:  os.Getenv("CALOTYPE_SECRET_ID"),
			SecretKey: os.Getenv("CALOTYPE_SECRET_KEY"),
			Transport: viaProxy(),
		},
	})
	ctx := context.Background()
	_, err = client.Bucket.Put(ctx, nil)
	require.NoError(t, err)
	t.Cleanup(func() {
		listing, _, err := client.Bucket.Get(ctx, nil)
		require.NoError(t, err)
		for _, object := range listing.Contents {
			_, err := client.Object.Delete(ctx, object.Key)
			require.NoError(t, err)
		}
		_, err = client.Bucket.Delete(ctx)
		require.NoError(t, err)
	})
	return client
}
