namespace SeriesFunctions.Local.Storage;

/// <summary>
/// The folder in which the host keeps everything, held by one process at a time. The lock is the operating system's, on an open file,
/// so it goes with the process however that ends: nothing has to be cleaned up after <c>kill -9</c>.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The database file: documents, outbox and queues.</summary>
    public string Database => System.IO.Path.Combine(Path, "series.db");

    /// <summary>Creates the folder where it is missing and takes it. Throws <see cref="DataFolderInUseException"/> when another process has it.</summary>
    public static DataFolder Take(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        // Keys and secrets are in it: its owner alone reads it.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(full);
        else
            Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return new(full, new FileStream(System.IO.Path.Combine(full, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new DataFolderInUseException(full, e);
        }
    }

    /// <summary>A folder inside, made where it is missing.</summary>
    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose() => _lock.Dispose();
}

/// <summary>Another process works on the folder. Nothing in it was touched.</summary>
public sealed class DataFolderInUseException(string folder, Exception innerException)
    : Exception($"The data folder {folder} is in use by another process. Stop that one, or choose another folder with --data.", innerException)
{
    public string Folder { get; } = folder;
}
