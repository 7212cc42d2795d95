using System.CommandLine;
using System.CommandLine.Parsing;
using SecureCollectives.CommandLine.Launch;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.CommandLine;

/// <summary>
/// Runs one command line: what is wrong with it is one line and exit code 2; Ctrl-C, SIGTERM and the death of the launcher cancel the
/// verb's token, so that each verb cleans up in one way.
/// </summary>
internal static class CommandRunner
{
    // '@file' has no special meaning: a command given to launch may use it itself.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(Command root, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var parsed = root.Parse(arguments, Parser);
        if (parsed.Errors.Count > 0)
        {
            // A mistyped verb is also a missing one, and that comes first in the list but helps less.
            var message = parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is not known here." : parsed.Errors[0].Message;
            error.WriteLine($"{root.Name}: {message} See '{PathOf(parsed.CommandResult)} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await InvokeAsync(parsed, output, error).ConfigureAwait(false);
        }
        catch (CommandFailureException failure)
        {
            error.WriteLine($"{root.Name}: {failure.Message}");
            return failure.ExitCode;
        }
        catch (InvalidIdentityException e)
        {
            error.WriteLine($"{root.Name}: {e.Message}");
            return ExitCode.Usage;
        }
        catch (MembershipException e)
        {
            error.WriteLine($"{root.Name}: {e.Message}");
            return ExitCode.Of(e.Error);
        }
        catch (CollectiveException e)
        {
            error.WriteLine($"{root.Name}: {e.Message}");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, a file that may not be read: the system's own words name it, and a stack trace would not help.
            error.WriteLine($"{root.Name}: {e.Message}");
            return ExitCode.Failed;
        }
    }

    // As it is typed: the program, the verb, its own verb.
    private static string PathOf(CommandResult command)
        => command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;

    private static async Task<int> InvokeAsync(ParseResult parsed, TextWriter output, TextWriter error)
    {
        using var signals = new TerminationSignals();
        using var parent = ParentWatch.FromEnvironment(signals.Token);
        // System.CommandLine's own signal handling ends the process 2 s after Ctrl-C; ours waits until the verb has cleaned up.
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, parent.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (signals.Received is { } signal)
        {
            return ExitCode.SignalBase + signal;
        }
        catch (OperationCanceledException) when (parent.IsLost)
        {
            throw new CommandFailureException(ExitCode.Failed, "ended because the launcher has ended.");
        }
    }
}
