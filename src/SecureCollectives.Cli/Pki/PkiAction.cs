using System.CommandLine;
using SecureCollectives.CommandLine;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>Runs a pki command; a file that cannot be read or written is the user's to mend, so it is one line and exit code 2.</summary>
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
