# The full model for mrgsolve, and one timed run. Called as: Rscript model.R PEOPLE.csv OUT.csv RTOL CORES
suppressMessages({library(mrgsolve); library(dplyr); library(parallel)})
arguments <- commandArgs(trailingOnly = TRUE)
people <- read.csv(arguments[1])
tolerance <- as.numeric(arguments[3])
cores <- as.integer(arguments[4])
cells <- 10
cell <- function(i) paste0("C", i)
plasma_exchange <- paste0("k*vcell*(", paste0(cell(1:cells), " - r*CP", collapse = " + "), ")")
inner <- paste0("dxdt_C", 2:(cells - 1), " = dx2*(C", 1:(cells - 2), " - 2*C", 2:(cells - 1), " + C", 3:cells,
                ") - k*(C", 2:(cells - 1), " - r*CP);", collapse = "\n")
code <- paste0("
$PARAM ka=1, cl=8, vc=29, q=7, vp=20, dx2=7, k=0.2, kcr=0.2, vcell=0.01, vcr=0.15, gcr=0.1, r=0.12,
 kw=0.45, ks=0.94, kb=0.53, wlo=0.5, whi=0.5, ec50=80, hill=2, tinf=0, taut=3600, taua=336
$CMT GUT CENT PERI ", paste0(cell(1:cells), collapse = " "), " CR OUTER INNER TOL ADA
$ODE
double CP = CENT/vc;
double U = pow(INNER, hill)/(pow(ec50*(1+TOL), hill) + pow(INNER, hill) + 1e-300);
dxdt_GUT = -ka*GUT;
dxdt_CENT = ka*GUT - (cl + q)*CP + q*PERI/vp + ", plasma_exchange, " + kcr*vcr*(CR - r*CP);
dxdt_PERI = q*CP - q*PERI/vp;
dxdt_C1 = dx2*(C2 - C1) - k*(C1 - r*CP);
", inner, "
dxdt_C10 = dx2*(C9 - C10) - gcr/vcell*(C10 - CR) - k*(C10 - r*CP);
dxdt_CR = gcr/vcr*(C10 - CR) - kcr*(CR - r*CP);
dxdt_OUTER = kw*(wlo*C4 + whi*C5 - OUTER);
dxdt_INNER = ks*(OUTER - INNER) + kb*(r*CP - INNER);
dxdt_TOL = (tinf*U - TOL)/taut;
dxdt_ADA = (U - ADA)/taua;
$TABLE
double plasma = CENT/vc;
double effect = pow(INNER, hill)/(pow(ec50*(1+TOL), hill) + pow(INNER, hill) + 1e-300);
$CAPTURE plasma effect
")
dir <- tempfile(); dir.create(dir)
model <- mcode("unclench_peer", code, project = dir, soloc = dir, quiet = TRUE)
model <- update(model, rtol = tolerance, atol = tolerance * 1e-3, maxsteps = 1e6, end = 672, delta = 0.5)
events <- function(rows) {
  doses <- data.frame(time = seq(0, 671, by = 8))
  merge(data.frame(ID = rows$ID, lag = rows$lag, amt = rows$f * 20000), doses) |>
    transmute(ID, time = time + lag, amt, cmt = 1, evid = 1) |> arrange(ID, time)
}
run <- function(rows) mrgsim(model, data = events(rows), idata = rows, obsonly = TRUE, output = "df", recsort = 3)
warm <- run(people[1:2, ])
start <- proc.time()[["elapsed"]]
if (cores > 1) {
  parts <- split(people, sort(rep_len(seq_len(cores), nrow(people))))
  out <- bind_rows(mclapply(parts, run, mc.cores = cores))
} else out <- run(people)
wall <- proc.time()[["elapsed"]] - start
cat("wall", wall, "\n")
keep <- out[out$ID <= 20, c("ID", "time", "plasma", "effect")]
write.csv(keep, arguments[2], row.names = FALSE)
