using System.CommandLine;
using System.CommandLine.Parsing;
using SecureCollectives.CommandLine.Launch;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.CommandLine;

/// <summary>
/// Runs one command line. A mistake in it is reported on one line, with exit code 2. Ctrl-C, SIGTERM and the end of the launcher all
/// cancel the verb's token, so that a verb cleans up in the same way after each of them.
/// </summary>
internal static class CommandRunner
{
    /// <summary>The file descriptors opened by a verb without workers, nearly all of them for assemblies.</summary>
    private const int Assemblies = 48;

    // '@file' has no special meaning here, because the command that launch starts may give it one.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>
    /// Runs this process's command line on its standard streams. If either of them fails, the verb is ended and success becomes failure,
    /// because the result did not reach its reader.
    /// </summary>
    public static async Task<int> RunAsync(Command root, IReadOnlyList<string> arguments)
    {
        var streams = StandardStreams.OfProcess;
        Console.SetOut(streams.OutputText);
        Console.SetError(streams.ErrorText);
        // Checked before anything else, because a program that cannot load its assemblies ends with a stack trace.
        if (DescriptorLimit.Complaint("this program", DescriptorLimit.InUse() + Assemblies, DescriptorLimit.Current()) is { } complaint)
        {
            Console.Error.WriteLine($"{root.Name}: {complaint}");
            return ExitCode.Usage;
        }

        var code = await RunAsync(root, arguments, Console.Out, Console.Error, streams.Failed).ConfigureAwait(false);
        streams.ShowProgress("");
        if (streams.Failure is { } failure && code is ExitCode.Success)
        {
            streams.Report(root.Name);
            return failure.Code;
        }

        return code;
    }

    /// <summary>Runs a command line on streams other than those of the process.</summary>
    /// <param name="root">The root command, with all verbs.</param>
    /// <param name="arguments">The command line, without the program.</param>
    /// <param name="output">Receives what the verb prints.</param>
    /// <param name="error">Receives error messages.</param>
    /// <param name="outputLost">Ends the verb silently, with exit code 0.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        Command root, IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken outputLost = default)
    {
        HelpText.Fit(root, OutputWidth.OfProcess());
        var parsed = root.Parse(arguments, Parser);
        HelpText.Summarise(parsed.CommandResult.Command);
        if (parsed.Errors.Count > 0)
        {
            // For a mistyped verb, the parser first reports that a verb is missing, which is less helpful.
            var message = parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is not recognized." : parsed.Errors[0].Message;
            error.WriteLine($"{root.Name}: {message} See '{PathOf(parsed.CommandResult)} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await InvokeAsync(parsed, output, error, outputLost).ConfigureAwait(false);
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
        catch (OutOfMemoryException)
        {
            // .NET throws the same exception when the system refuses to create a thread.
            error.WriteLine($"{root.Name}: the system refused memory or a thread. Raise this user's limits on memory and processes "
                + "(ulimit -v, ulimit -u; in a container its memory and pids limits).");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, or a file without read permission: the system's message names it, and a stack trace would not help.
            error.WriteLine($"{root.Name}: {e.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Returns the command as it is typed: the program, the verb, and the subcommand, if any.</summary>
    private static string PathOf(CommandResult command)
        => command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;

    private static async Task<int> InvokeAsync(
        ParseResult parsed, TextWriter output, TextWriter error, CancellationToken outputLost)
    {
        using var signals = new TerminationSignals();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(signals.Token, outputLost);
        using var parent = ParentWatch.FromEnvironment(ending.Token);
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
        catch (OperationCanceledException) when (outputLost.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (parent.IsLost)
        {
            throw new CommandFailureException(ExitCode.Failed, "ended because the launcher has ended.");
        }
    }
}
