// Package certificate makes the one certificate that all connections of a transport show: a client sees no other, and making one
// costs more than an answer.
package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"time"

	"kring/sfu/internal/transport/jsep"
)

// life is how long a server may run: a certificate of DTLS is trusted for its fingerprint, not for its dates, but Pion refuses its
// own once it is over.
const life = 20 * 365 * 24 * time.Hour

// New makes an ECDSA P-256 certificate (RFC 8827 §6.5) and its fingerprint. Leaf is set.
func New() (tls.Certificate, jsep.Fingerprint, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, jsep.Fingerprint{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return tls.Certificate{}, jsep.Fingerprint{}, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: serial, Version: 2, NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(life)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, jsep.Fingerprint{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, jsep.Fingerprint{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, jsep.FingerprintOf(der), nil
}
