package store

/*
#cgo linux LDFLAGS: -Wl,--unresolved-symbols=ignore-in-object-files
#cgo darwin LDFLAGS: -Wl,-undefined,dynamic_lookup

typedef struct sqlite3 sqlite3;
int sqlite3_auto_extension(void (*entry)(void));
int sqlite3_db_config(sqlite3 *db, int op, ...);

// SQLITE_DBCONFIG_ENABLE_QPSG of sqlite3.h.
enum { enable_qpsg = 1007 };

static int keep_plans(sqlite3 *db, char **problem, const void *api) {
	return sqlite3_db_config(db, enable_qpsg, 1, (int *)0);
}

static int keep_plans_of_all(void) {
	return sqlite3_auto_extension((void (*)(void))keep_plans);
}
*/
import "C"

import "fmt"

// keepPlans gives every connection that is opened from now on SQLite's query planner stability guarantee: a
// statement keeps its plan whatever is bound to it. Without it a plan may depend on the bound values, and since the
// driver clears them after each use, SQLite compiles nearly every statement anew each time it runs, which costs more
// than running it. The driver has no Go API for this setting, and a compile flag would need every build to set it.
// Saying it again changes nothing.
func keepPlans() error {
	if rc := C.keep_plans_of_all(); rc != 0 {
		return fmt.Errorf("register query planner setting: SQLite error %d", int(rc))
	}
	return nil
}
