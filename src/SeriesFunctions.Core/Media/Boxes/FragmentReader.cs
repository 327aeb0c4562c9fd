namespace SeriesFunctions.Core.Media.Boxes;

internal sealed class FragmentReader(WindowedReader reader, Movie movie)
{
    public int Count { get; private set; }
    public bool HasMediaData { get; private set; }
    public bool IsTruncated { get; private set; }
    public string? Damage { get; private set; }

    public ValueTask ReadAsync(Box first, CancellationToken cancellationToken)
    {
        _ = (reader, movie, first, cancellationToken);
        return ValueTask.CompletedTask;
    }
}
