namespace SecureCollectives.CommandLine.Launch;

/// <summary>The program that every worker runs, and its arguments.</summary>
internal sealed record WorkerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Whether the command is a verb of this program, which ends by itself when its launcher does.</summary>
    public bool IsOwnVerb { get; init; }

    /// <summary>Resolves the first word of a command line: a verb of this program, a path, or a program on PATH.</summary>
    /// <exception cref="CommandFailureException">It is none of these.</exception>
    public static WorkerCommand Resolve(
        IReadOnlyList<string> commandLine, IEnumerable<string> ownVerbs, WorkerCommand ownProgram, string? searchPath)
    {
        var name = commandLine[0];
        var arguments = commandLine.Skip(1).ToArray();
        var verbs = ownVerbs.ToArray();
        if (verbs.Contains(name, StringComparer.Ordinal))
        {
            return new WorkerCommand(ownProgram.FileName, [.. ownProgram.Arguments, name, .. arguments]) { IsOwnVerb = true };
        }

        if (Candidates(name, searchPath).FirstOrDefault(IsExecutable) is { } found)
        {
            return new WorkerCommand(found, arguments);
        }

        throw new CommandFailureException(ExitCode.Usage,
            $"cannot launch '{name}': it is neither a verb of this program ({string.Join(", ", verbs)}) nor an executable file"
            + (name.Contains('/') ? "." : " on PATH."));
    }

    /// <summary>Returns how this program was started: with its own executable, or with <c>dotnet secure-collectives.dll</c>.</summary>
    public static WorkerCommand OwnProgram() => OwnProgram(
        Environment.ProcessPath
            ?? throw new CommandFailureException(ExitCode.Failed, "cannot find this program's own executable; is /proc mounted?"),
        Environment.GetCommandLineArgs()[0]);

    public static WorkerCommand OwnProgram(string processPath, string assemblyPath) =>
        Path.GetFileNameWithoutExtension(processPath) == "dotnet"
            ? new WorkerCommand(processPath, [Path.GetFullPath(assemblyPath)])
            : new WorkerCommand(processPath, []);

    private static IEnumerable<string> Candidates(string name, string? searchPath) => name.Contains('/')
        ? [Path.GetFullPath(name)]
        : (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.GetFullPath(name, Path.GetFullPath(directory)));

    private static bool IsExecutable(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
