@echo off
rem tempera: finds Java, builds a checkout that is not built yet, and runs the command.
rem The same file serves a checkout and a distribution, at the root of either; bin has a copy for the PATH.
rem   JAVA_HOME            the Java to use, 17 or newer (else the java on the PATH)
rem   TEMPERA_JAVA_OPTS    further JVM options
rem   TEMPERA_MAVEN_OPTS   further options of the build
rem Java reads arguments in the system's code page: prompts in other letters go into a file in UTF-8, see sample --prompts.
rem A checkout is built once; after changing sources, run: mvn -DskipTests package
setlocal enableextensions
set "HERE=%~dp0"

rem Labels, not blocks in parentheses: a folder such as "Program Files (x86)" would end the block.
if not defined JAVA_HOME goto search
set "JAVA=%JAVA_HOME%\bin\java.exe"
if exist "%JAVA%" goto version
echo tempera: JAVA_HOME is "%JAVA_HOME%", which has no bin\java.exe. Set it to a JDK 17 or newer, or unset it. 1>&2
exit /b 2

:search
set "JAVA="
for %%j in (java.exe) do set "JAVA=%%~$PATH:j"
if defined JAVA goto version
echo tempera: no Java found. Install a JDK 17 or newer, and put it on the PATH or set JAVA_HOME. 1>&2
exit /b 2

:version
set "VERSION="
rem Options in the environment would open their port, wait for a debugger or write their file for it.
setlocal
set "JAVA_TOOL_OPTIONS="
set "JDK_JAVA_OPTIONS="
set "_JAVA_OPTIONS="
for /f "tokens=2,3" %%a in ('call "%JAVA%" -XX:-UsePerfData -version 2^>^&1') do if "%%a"=="version" if not defined VERSION set "VERSION=%%~b"
endlocal & set "VERSION=%VERSION%"
if defined VERSION goto number
echo tempera: "%JAVA%" does not say its version; is it a JDK? 1>&2
exit /b 2

:number
set "MAJOR=0"
for /f "delims=.-+ tokens=1" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% GEQ 17 goto folder
echo tempera: Java 17 or newer is needed, but "%JAVA%" is "%VERSION%". Set JAVA_HOME to a newer JDK. 1>&2
exit /b 2

:folder
rem Java takes class paths apart at semicolons.
if "%HERE:;=%"=="%HERE%" goto home
echo tempera: Java cannot load from a folder with a semicolon in its path, and "%HERE%" has one. Move this folder, or call it by another path. 1>&2
exit /b 2

:home
if not exist "%HERE%framework\distribution\pom.xml" goto distribution
set "APP=%HERE%framework\distribution\target\tempera"
if exist "%HERE%framework\distribution\target\built.stamp" if exist "%APP%\lib" goto run
set "MAVEN="
for %%m in (mvn.cmd mvn.bat mvn.exe) do if not defined MAVEN set "MAVEN=%%~$PATH:m"
if defined MAVEN goto build
echo tempera: this checkout is not built yet, and there is no mvn on the PATH. Install Maven 3.8.6 or newer. 1>&2
exit /b 2

:build
echo building Tempera (first use): some minutes, and more where Maven has yet to load 350 MB of libraries ... 1>&2
call mvn -q -B -f "%HERE%pom.xml" -Dmaven.test.skip=true -Djacoco.skip=true -Ddistribution.zip.phase=none %TEMPERA_MAVEN_OPTS% package 1>&2
if not errorlevel 1 goto run
echo tempera: the build failed; see above. By hand: mvn -DskipTests package, in "%HERE%" 1>&2
exit /b 2

:distribution
set "APP=%HERE%."
if not exist "%HERE%lib" set "APP=%HERE%.."
if exist "%APP%\lib" goto run
echo tempera: no lib folder in or beside "%HERE%": this distribution is not complete. 1>&2
exit /b 2

:run
rem TensorFlow logs errors and no less; but of workers that train together not even these, for where one is lost its lines
rem hide ours, which names it. Without quotes around the arguments these keep their own.
set "LOG=2"
if not "%~1"=="train" goto log
if defined TF_CONFIG set "LOG=3"
set ARGUMENTS=%*
setlocal enabledelayedexpansion
if not "!ARGUMENTS:--local-workers=!"=="!ARGUMENTS!" set "LOG=3"
if not "!ARGUMENTS:run.cluster=!"=="!ARGUMENTS!" set "LOG=3"
endlocal & set "LOG=%LOG%"
set "ARGUMENTS="

:log
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=%LOG%"
if not defined TF_ENABLE_ONEDNN_OPTS set "TF_ENABLE_ONEDNN_OPTS=1"
rem float32 is float32 on a GPU too, and refused where it would not be; run.precision = tf32 wants 1.
if not defined NVIDIA_TF32_OVERRIDE set "NVIDIA_TF32_OVERRIDE=0"
set "LEVEL=1"
if "%~1"=="sample" set "LEVEL=4"
if "%~1"=="evaluate" set "LEVEL=4"
if "%~1"=="score" set "LEVEL=4"
if "%~1"=="convert" set "LEVEL=4"
if "%~1"=="fit-preference" set "LEVEL=4"
rem The JVM refuses to begin with more than the most that it may have: where that is given, it begins as it likes.
set "BEGIN=-Xms48m"
if defined TEMPERA_JAVA_OPTS if not "%TEMPERA_JAVA_OPTS:-Xmx=%"=="%TEMPERA_JAVA_OPTS%" set "BEGIN="
if defined TEMPERA_JAVA_OPTS if not "%TEMPERA_JAVA_OPTS:-XX:MaxHeapSize=%"=="%TEMPERA_JAVA_OPTS%" set "BEGIN="
set "FLAGS=-XX:TieredStopAtLevel=%LEVEL% %BEGIN% -XX:+UseSerialGC -Xlog:os+thread=off -Dguice_custom_class_loading=CHILD -Dorg.bytedeco.javacpp.maxPhysicalBytes=0"
if %MAJOR% GEQ 24 set "FLAGS=%FLAGS% --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
"%JAVA%" %FLAGS% %TEMPERA_JAVA_OPTS% -cp "%APP%\lib\*;%APP%\plugins\*" org.tempera.cli.Main %*
exit /b %ERRORLEVEL%
