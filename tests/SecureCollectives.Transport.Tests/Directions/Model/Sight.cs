namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>What an exploration has encountered; shows that the interesting cases occur.</summary>
[Flags]
internal enum Sight
{
    None = 0,

    /// <summary>A message that arrived before its step.</summary>
    EarlyMessage = 1,

    /// <summary>A message that waited for room among the kept messages.</summary>
    LackOfRoom = 2,

    /// <summary>Messages to be resent.</summary>
    Backlog = 4,

    /// <summary>Messages to be resent after their operation, while none was running.</summary>
    BacklogAtRest = 8,
}
