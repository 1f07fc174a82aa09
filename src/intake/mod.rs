//! Watched folders: the scan is the truth, events are hints; settle, stable read, spool, arrival.
