namespace SeriesFunctions.Local.Hosting;

internal static class OpenApiDocument
{
    public static Task<int> WriteAsync(string file) => throw new NotSupportedException(file);
}
