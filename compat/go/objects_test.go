package compat

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tencentyun/cos-go-sdk-v5"
)

// Keys with every kind of character that some client once got wrong.
var keys = []string{
	"a b.jpg", "a+b.jpg", "100%.jpg", "%41", "a//b", "/a", "a/../b", "./a", "图 片.jpg", "😀/🎞.png",
	" !\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~",
}

func read(t *testing.T, client *cos.Client, key string) []byte {
	response, err := client.Object.Get(context.Background(), key, nil)
	require.NoError(t, err, key)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return content
}

func TestKeysRoundTrip(t *testing.T) {
	client := freshBucket(t)
	ctx := context.Background()
	for _, key := range keys {
		_, err := client.Object.Put(ctx, key, strings.NewReader(key), nil)
		require.NoError(t, err, key)
	}
	listing, _, err := client.Bucket.Get(ctx, nil)
	require.NoError(t, err)
	var listed []string
	for _, object := range listing.Contents {
		listed = append(listed, object.Key)
	}
	require.ElementsMatch(t, keys, listed)
	for _, key := range keys {
		require.Equal(t, key, string(read(t, client, key)))
		_, err := client.Object.Head(ctx, key, nil)
		require.NoError(t, err, key)
	}
}

// The SDK compares checksums of every part and of the whole.
func Test_cos_mpu_23_upload_in_parts(t *testing.T) {
	client := freshBucket(t)
	ctx := context.Background()
	content := make([]byte, 5<<20+123)
	_, err := rand.Read(content)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "upload")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	options := &cos.MultiUploadOptions{PartSize: 1, ThreadPoolSize: 3}
	result, _, err := client.Object.Upload(ctx, "图 片/big+.bin", path, options)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(strings.Trim(result.ETag, `"`), "-6"), result.ETag)
	target := filepath.Join(t.TempDir(), "download")
	_, err = client.Object.Download(ctx, "图 片/big+.bin", target, &cos.MultiDownloadOptions{PartSize: 1})
	require.NoError(t, err)
	downloaded, err := os.ReadFile(target)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, downloaded))
}

func TestPresignedURL(t *testing.T) {
	client := freshBucket(t)
	ctx := context.Background()
	_, err := client.Object.Put(ctx, "a b+c.txt", strings.NewReader("hello"), nil)
	require.NoError(t, err)
	id, key := os.Getenv("CALOTYPE_SECRET_ID"), os.Getenv("CALOTYPE_SECRET_KEY")
	address, err := client.Object.GetPresignedURL(ctx, http.MethodGet, "a b+c.txt", id, key, time.Minute, nil)
	require.NoError(t, err)
	response, err := (&http.Client{Transport: viaProxy()}).Get(address.String())
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "hello", string(content))
}

func TestErrorsAreTyped(t *testing.T) {
	client := freshBucket(t)
	_, err := client.Object.Get(context.Background(), "missing", nil)
	require.True(t, cos.IsNotFoundError(err), err)
	refusal, ok := cos.IsCOSError(err)
	require.True(t, ok)
	require.Equal(t, "NoSuchKey", refusal.Code)
	require.NotEmpty(t, refusal.RequestID)
}

func TestProcessingOnUpload(t *testing.T) {
	client := freshBucket(t)
	picture, err := os.Open("../../testdata/images/land_640x427.jpg")
	require.NoError(t, err)
	defer picture.Close()
	options := &cos.ObjectPutOptions{ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{
		XOptionHeader: &http.Header{},
	}}
	operations := cos.EncodePicOperations(&cos.PicOperations{IsPicInfo: 1, Rules: []cos.PicOperationsRules{
		{FileId: "half.png", Rule: "imageMogr2/thumbnail/!50p/format/png"},
	}})
	options.XOptionHeader.Add("Pic-Operations", operations)
	result, _, err := client.CI.Put(context.Background(), "a.jpg", picture, options)
	require.NoError(t, err)
	require.Equal(t, "half.png", result.ProcessResults[0].Key)
	require.Equal(t, 320, result.ProcessResults[0].Width)
	require.NotEmpty(t, read(t, client, "half.png"))
}
