namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>What an exploration has come by: a scenario in which nothing happens shows nothing.</summary>
[Flags]
internal enum Sight
{
    None = 0,

    /// <summary>A message that came before its step.</summary>
    EarlyMessage = 1,

    /// <summary>A message that waited for room among those that are kept.</summary>
    LackOfRoom = 2,

    /// <summary>Messages to be sent again.</summary>
    Backlog = 4,

    /// <summary>Messages to be sent again after their operation, when none was running.</summary>
    BacklogAtRest = 8,
}
