using System.Globalization;

namespace SeriesFunctions.Local.Storage.Sqlite;

/// <summary>
/// The tables, and the steps by which a database of an earlier version gets there: one entry a version, never changed once it was released.
/// Instants are UTC ticks. Documents have row ids and not their key as the tree's order: measured, a tree that carries bodies of more than 1 KB
/// in key order spills each to its own page and is written at half the speed.
/// </summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE documents (
          row INTEGER PRIMARY KEY, pk TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
          sort TEXT, expires INTEGER, body BLOB NOT NULL, UNIQUE (pk, id));
        CREATE INDEX documents_sorted ON documents (pk, sort, id) WHERE sort IS NOT NULL;
        CREATE INDEX documents_expiring ON documents (expires) WHERE expires IS NOT NULL;

        CREATE TABLE outbox (
          seq INTEGER PRIMARY KEY, pk TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
          due INTEGER, body BLOB NOT NULL, UNIQUE (pk, id));

        -- available is when a message may be received: its schedule, the end of its lock, or the delay after a failure.
        CREATE TABLE messages (
          seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, available INTEGER NOT NULL, lock INTEGER,
          deliveries INTEGER NOT NULL, enqueued INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE INDEX messages_available ON messages (queue, available);

        -- The ids of the duplicate window; they outlive their messages.
        CREATE TABLE seen (queue TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (queue, id)) WITHOUT ROWID;
        CREATE INDEX seen_until ON seen (until);

        CREATE TABLE dead_letters (
          seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, deliveries INTEGER NOT NULL,
          reason TEXT NOT NULL, description TEXT NOT NULL, dead_lettered INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE INDEX dead_letters_listed ON dead_letters (queue);
        CREATE INDEX dead_letters_named ON dead_letters (queue, id);

        -- Versions up to this one may have been given out.
        CREATE TABLE versions (reserved INTEGER NOT NULL);
        INSERT INTO versions VALUES (0);
        """,
    ];

    public static void Migrate(Connection connection)
    {
        var query = connection.Statement("PRAGMA user_version");
        query.Step();
        var version = (int)query.Number(0);
        query.Reset();
        if (version > Steps.Length)
            throw new SqliteFailure(0, $"The database is of version {version}, made by a newer host; this one knows up to {Steps.Length}.");
        for (; version < Steps.Length; version++)
        {
            // A step and its number are one transaction: a crash in between leaves the version before.
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {Steps[version]} PRAGMA user_version = {version + 1}; COMMIT;"));
        }
    }
}
