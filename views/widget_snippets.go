package views

// secretVariable is where the snippets look for the secret.
const secretVariable = "SUPPORT_IDENTITY_SECRET"

// Snippet is code for a site's server.
type Snippet struct{ ID, Language, Code string }

// SigningSnippets sign who a visitor is (spec/4), each in a function that takes the person's id.
func SigningSnippets() []Snippet {
	return []Snippet{
		{"node", "Node.js", `const { createHmac } = require('node:crypto');

function identityHash(userId) {
  return createHmac('sha256', process.env.SUPPORT_IDENTITY_SECRET)
    .update(String(userId), 'utf8')
    .digest('hex');
}`},
		{"python", "Python", `import hashlib
import hmac
import os

def identity_hash(user_id):
    secret = os.environ["SUPPORT_IDENTITY_SECRET"].encode()
    return hmac.new(secret, str(user_id).encode(), hashlib.sha256).hexdigest()`},
		{"ruby", "Ruby", `require "openssl"

def identity_hash(user_id)
  OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("SUPPORT_IDENTITY_SECRET"), user_id.to_s)
end`},
		{"php", "PHP", `<?php

function identity_hash(string $userId): string
{
    return hash_hmac('sha256', $userId, getenv('SUPPORT_IDENTITY_SECRET'));
}`},
		{"go", "Go", `import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
)

func identityHash(userID string) string {
	mac := hmac.New(sha256.New, []byte(os.Getenv("SUPPORT_IDENTITY_SECRET")))
	mac.Write([]byte(userID))
	return hex.EncodeToString(mac.Sum(nil))
}`},
		{"java", "Java", `import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Identity {
    static String hash(String userId) throws Exception {
        byte[] secret = System.getenv("SUPPORT_IDENTITY_SECRET").getBytes(StandardCharsets.UTF_8);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(userId.getBytes(StandardCharsets.UTF_8)));
    }
}`},
	}
}

// How a page tells the widget who is there.
const (
	identifyCode = `window.Signalbox = window.Signalbox || [];

Signalbox.push(['identify', {
  distinctId: 'user-42',
  hash: '<the signature of user-42>',
  email: 'mira@example.com', // optional, like the name
  name: 'Mira',
}]);

// When they sign out:
Signalbox.push(['reset']);`

	identifySDKCode = `posthog.setIdentity('user-42', '<the signature of user-42>')

// When they sign out:
posthog.clearIdentity()`
)
