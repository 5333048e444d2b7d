package views

import "net/url"

// FilesPath takes a POST of files that wait to go along with the next message to a ticket.
func FilesPath(n int64) string { return TicketPath(n) + "/files" }

// RemoveFilePath takes a POST that takes a waiting file out of the composer.
func RemoveFilePath(n int64, id string) string { return FilesPath(n) + "/" + id + "/remove" }

// FilePath downloads a file; its name is for the address bar alone.
func FilePath(id, name string) string { return "/files/" + id + "/" + url.PathEscape(name) }

// PicturePath shows our own small picture of a file: "thumb" or "large".
func PicturePath(id, size string) string { return "/files/" + id + "/picture/" + size }
