package desk

import "testing"

func TestAReplyIsHeldBackForPeopleOnly(t *testing.T) {
	for _, other := range actors() {
		for _, private := range []bool{false, true} {
			open := ticket()
			since := []Message{{Author: other.Kind, AuthorID: other.ID + 1, Private: private}}
			_, err := Apply(&open, actor(ByAgent), noon(), AddMessage{ID: ID{1}, Body: "Hello", Since: since})
			if person := other.Kind == ByCustomer || other.Kind == ByAgent; IsStale(err) != person || err != nil != person {
				t.Errorf("after a message of %s, private %v: got %v", other.Kind, private, err)
			}
		}
	}
}
