using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>
/// Runs a <c>pki</c> command. An unreadable or unwritable file is for the user to fix, so it is reported on one line, with exit code 2.
/// </summary>
internal static class PkiAction
{
    public static void Set(Command command, Func<ParseResult, int> action) => command.SetAction(parsed =>
    {
        try
        {
            return action(parsed);
        }
        catch (Exception e)
            when (e is InvalidIdentityException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            throw new CommandFailureException(ExitCode.Usage, e.Message);
        }
    });
}
