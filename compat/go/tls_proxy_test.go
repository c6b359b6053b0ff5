package compat

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startTLSProxy opens a proxy for https: it says it is whoever is asked for, and hands what it decrypts to the server.
// It returns its address and the file with the certificate that vouches for it.
func startTLSProxy(t *testing.T, folder string) (address, authority string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	certificate := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "calotype tests"},
		DNSNames:              []string{"*.cos.ap-guangzhou.myqcloud.com", "service.cos.myqcloud.com"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	require.NoError(t, err)
	authority = filepath.Join(folder, "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(authority, text, 0o600))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go tunnel(connection, config)
		}
	}()
	return listener.Addr().String(), authority
}

// tunnel answers one CONNECT and passes the decrypted bytes on, in both directions, until either side is done.
func tunnel(client net.Conn, config *tls.Config) {
	defer client.Close()
	request, err := http.ReadRequest(bufio.NewReader(client))
	if err != nil || request.Method != http.MethodConnect {
		return
	}
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	server, err := net.Dial("tcp", endpoint)
	if err != nil {
		return
	}
	defer server.Close()
	decrypted := tls.Server(client, config)
	go func() {
		_, _ = io.Copy(server, decrypted)
		server.Close()
	}()
	_, _ = io.Copy(decrypted, server)
}
