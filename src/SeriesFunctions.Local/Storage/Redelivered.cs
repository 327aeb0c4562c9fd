namespace SeriesFunctions.Local.Storage;

/// <summary>Whether what is written here comes again by itself when a power cut undoes it, because the message that asks for it is completed later in the same log.</summary>
internal static class Redelivered
{
    private static readonly AsyncLocal<bool> Here = new();

    /// <summary>Holds for the asynchronous method that sets it and whatever it calls.</summary>
    public static bool Covers
    {
        get => Here.Value;
        set => Here.Value = value;
    }
}
