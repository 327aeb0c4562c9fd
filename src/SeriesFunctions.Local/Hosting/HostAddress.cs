namespace SeriesFunctions.Local.Hosting;

/// <summary>Where the host can be reached. With port 0 that is known only once it listens.</summary>
public sealed class HostAddress
{
    private Uri? _url;

    public Uri Url
    {
        get => _url ?? throw new InvalidOperationException("The host does not listen yet.");
        set => _url = value;
    }

    public bool IsKnown => _url is not null;
}
