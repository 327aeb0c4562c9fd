namespace SignatureOnly;

/// <summary>What every body in this library does.</summary>
internal static class Signature
{
    /// <summary>Throws, always: nothing may ever run on a signature.</summary>
    public static Exception Only() =>
        throw new InvalidOperationException("This was compiled with PartialFeed=true against signatures alone. Build it without the switch, where the real packages restore.");

    /// <inheritdoc cref="Only"/>
    public static T Only<T>() => throw Only();
}
