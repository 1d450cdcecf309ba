package hostile

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// newCertificates makes one for each door, and the authority behind them in PEM.
func newCertificates(hosts []string) ([]tls.Certificate, []byte, error) {
	now := time.Now()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Hostile authority"},
		NotBefore: now.Add(-100 * time.Hour), NotAfter: now.Add(100 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	ca, err := x509.CreateCertificate(rand.Reader, authority, authority, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, nil, err
	}
	out := make([]tls.Certificate, doors)
	for d := range doors {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, nil, err
		}
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(int64(d) + 2), Subject: pkix.Name{CommonName: "Hostile"},
			NotBefore: now.Add(-50 * time.Hour), NotAfter: now.Add(50 * time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}
		for _, host := range hosts {
			leaf.IPAddresses = append(leaf.IPAddresses, net.ParseIP(host))
		}
		parent, signer := authority, caKey
		switch d {
		case selfSigned:
			parent, signer = leaf, key
		case expired:
			leaf.NotAfter = now.Add(-time.Hour)
		case wrongName:
			leaf.IPAddresses, leaf.DNSNames = nil, []string{"elsewhere.example"}
		}
		der, err := x509.CreateCertificate(rand.Reader, leaf, parent, &key.PublicKey, signer)
		if err != nil {
			return nil, nil, err
		}
		out[d] = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	return out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}), nil
}
