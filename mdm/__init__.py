"""What a golden record is, and how it may change."""

import sys

try:
    import pysqlite3
except ImportError:  # not built for this platform: Python's own sqlite3 is used
    pass
else:
    # Debian's SQLite still has the WAL-reset bug; Django takes whatever is called sqlite3.
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
