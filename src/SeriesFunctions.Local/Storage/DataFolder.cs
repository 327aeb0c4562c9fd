namespace SeriesFunctions.Local.Storage;

/// <summary>Another process has the data folder.</summary>
public sealed class DataFolderInUseException(string path, Exception? innerException = null)
    : Exception($"The data folder {path} is in use by another host. Stop that one, or start this one with --data OTHER_FOLDER.", innerException)
{
    public string Folder => path;
}

/// <summary>The folder that everything is kept in, held by this process alone. The lock is the operating system's, so it goes with the process however that ends.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the folder, readable by its owner alone, where it is not there yet. Throws <see cref="DataFolderInUseException"/>.</summary>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(full);
        else
            Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return new(full, new(System.IO.Path.Combine(full, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new DataFolderInUseException(full, e);
        }
    }

    /// <summary>A folder inside, made where it is not there yet.</summary>
    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose() => _lock.Dispose();
}
