using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;

namespace SecureCollectives;

/// <summary>Every log message of this assembly, in the order of its event ids.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loaded the identity {Worker}, valid until {NotAfter:u}.")]
    public static partial void IdentityLoaded(ILogger logger, WorkerId worker, DateTimeOffset notAfter);

    [LoggerMessage(2, LogLevel.Information, "Reloaded the identity {Worker}, now valid until {NotAfter:u}.")]
    public static partial void IdentityReloaded(ILogger logger, WorkerId worker, DateTimeOffset notAfter);

    [LoggerMessage(3, LogLevel.Warning, "Kept the identity {Worker}, valid until {NotAfter:u}, because the files that replaced it cannot be used. {Reason}")]
    public static partial void IdentityNotReloaded(ILogger logger, WorkerId worker, DateTimeOffset notAfter, string reason);
}
