namespace Feature.Tests.Driving;

/// <summary>Files of the repository that a test compares with what the code makes.</summary>
public static class Repository
{
    private static readonly string Root = Find();

    public static string File(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
