using System.Runtime.InteropServices;

namespace SeriesFunctions.Local.Storage.Sqlite;

/// <summary>
/// When a connection meets another in the middle of taking or giving up a snapshot, SQLite sleeps for some microseconds and tries again. The
/// build in the bundle for Unix was compiled without <c>usleep</c> and rounds each such sleep up to a whole second: measured, every request waited
/// for it. The file system layer's sleep is a function pointer that SQLite lets an application replace; this one keeps the microseconds.
/// </summary>
internal static unsafe partial class ShortSleeps
{
    public static void Install()
    {
        // On Windows the layer sleeps in milliseconds.
        if (OperatingSystem.IsWindows())
            return;
        var layer = FindLayer(null);
        if (layer is not null)
            layer->Sleep = &Sleep;
    }

    [UnmanagedCallersOnly]
    private static int Sleep(FileSystemLayer* layer, int microseconds)
    {
        if (microseconds < 200)
            Thread.Yield();
        else
            Thread.Sleep((microseconds + 999) / 1_000);
        return microseconds;
    }

    // The bundle's name for its library; it has loaded it by the time this is called.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static partial FileSystemLayer* FindLayer(byte* name);

    /// <summary>The beginning of <c>struct sqlite3_vfs</c>, which is public and only ever grows at its end.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileSystemLayer
    {
        public int Version, FileSize, MaxPath;
        public nint Next, Name, Data, Open, Delete, Access, FullPath, DlOpen, DlError, DlSym, DlClose, Randomness;
        public delegate* unmanaged<FileSystemLayer*, int, int> Sleep;
    }
}
