package mail

import (
	"context"
	"crypto/tls"
	"net"

	gomail "github.com/wneessen/go-mail"
)

// connection is the one that a message is sent over. The client leaves it open when signing in fails, and does not
// notice that its caller has left.
type connection struct {
	tls  *tls.Config // nil: TLS comes later, by STARTTLS
	conn net.Conn
	stop func() bool
}

// dialer returns what the client dials with; the end of ctx ends the conversation.
func (c *connection) dialer(ctx context.Context) gomail.DialContextFunc {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		var err error
		if c.tls == nil {
			c.conn, err = new(net.Dialer).DialContext(dialing, network, address)
		} else {
			c.conn, err = (&tls.Dialer{Config: c.tls}).DialContext(dialing, network, address)
		}
		if err != nil {
			c.conn = nil
			return nil, err
		}
		conn := c.conn
		c.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
		return conn, nil
	}
}

func (c *connection) close() {
	if c.conn != nil {
		c.stop()
		_ = c.conn.Close() // once more does no harm
	}
}
