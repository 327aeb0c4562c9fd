using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Creators;

/// <summary>Somebody asks to join a programme.</summary>
public sealed record ApplicationReceived(UserId CreatorId, Programme Programme, string ApplicationId) : IEvent
{
    public static string Name => "application-received";

    public static int Version => 1;
}

/// <summary>An application was decided, by the rules or by a person.</summary>
public sealed record ApplicationDecided(UserId CreatorId, Programme Programme, bool Approved) : IEvent
{
    public static string Name => "application-decided";

    public static int Version => 1;
}
