using System.Runtime.InteropServices;

namespace SeriesFunctions.Local.Media;

/// <summary>What the runtime has no words for: making a rename durable, and a second name for a file.</summary>
internal static partial class DurableFolder
{
    /// <summary>On Unix a folder's entries are on disk only once the folder itself was flushed. Windows does it by itself.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(folder, 0);
        if (handle < 0)
            return;
        _ = Sync(handle);
        _ = Close(handle);
    }

    /// <summary>Makes a folder and those above it, each durably an entry of the one above.</summary>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var above = Path.GetDirectoryName(folder)!;
        Create(above);
        Directory.CreateDirectory(folder);
        Flush(above);
    }

    /// <summary>Gives a file a second name. False where that can't be done; then its bytes have to be copied.</summary>
    public static bool TryLink(string existing, string path) => !OperatingSystem.IsWindows() && Link(existing, path) == 0;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);
}
